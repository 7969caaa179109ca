# dalia_backend(NAME SOURCES ... LIBRARIES ...): a backend beside the core. In a shared build it is a module,
# libdalia-NAME.so.<version>, that dalia loads when it is first asked for; in a static build the library dalia::NAME,
# which makes itself known to every program that links it. The tests link its objects as they are.
#
# One of the sources defines make_NAME_database of factory/backend_entry.hpp.
function(dalia_backend name)
  cmake_parse_arguments(PARSE_ARGV 1 backend "" "" "SOURCES;LIBRARIES")
  set(objects dalia_${name}_objects)
  add_library(${objects} OBJECT ${backend_SOURCES})
  set_target_properties(${objects} PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  target_compile_features(${objects} PUBLIC cxx_std_20)
  target_include_directories(${objects} PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${objects} PUBLIC nlohmann_json::nlohmann_json fmt::fmt ${backend_LIBRARIES})

  add_library(dalia_${name}_registration OBJECT ${PROJECT_SOURCE_DIR}/src/factory/backend_registration.cpp)
  target_link_libraries(dalia_${name}_registration PRIVATE ${objects})
  target_include_directories(dalia_${name}_registration PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_definitions(dalia_${name}_registration PRIVATE
    DALIA_BACKEND="${name}"
    DALIA_BACKEND_ANCHOR=dalia_backend_${name}
    DALIA_MAKE_DATABASE=make_${name}_database)

  if(BUILD_SHARED_LIBS)
    add_library(dalia_${name} MODULE ${PROJECT_SOURCE_DIR}/src/factory/backend_module.cpp)
    set_target_properties(dalia_${name} PROPERTIES
      OUTPUT_NAME dalia-${name}
      PREFIX lib
      SUFFIX .so.${DALIA_MODULE_VERSION}
      LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/src
      INSTALL_RPATH "$ORIGIN"
      CXX_VISIBILITY_PRESET hidden)
    target_compile_definitions(dalia_${name} PRIVATE
      DALIA_BACKEND_SYMBOL=${DALIA_MODULE_SYMBOL}
      DALIA_MAKE_DATABASE=make_${name}_database)
    target_include_directories(dalia_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(dalia_${name} PRIVATE ${objects} dalia)
    if(DALIA_INSTALL)
      # Beside the core, which looks there first; nothing links it.
      install(TARGETS dalia_${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
    endif()
    # Whoever builds the core's users wants its modules beside it.
    add_dependencies(dalia_backends dalia_${name})
  else()
    add_library(dalia_${name} STATIC)
    target_link_libraries(dalia_${name}
      PUBLIC dalia
      PRIVATE $<BUILD_INTERFACE:${objects}> $<BUILD_INTERFACE:dalia_${name}_registration> ${backend_LIBRARIES} fmt::fmt)
    if(DALIA_INSTALL)
      install(TARGETS dalia_${name} EXPORT daliaTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    endif()
    # Without it a linker would leave out an object that nobody calls.
    target_link_options(dalia_${name} INTERFACE "LINKER:--undefined=dalia_backend_${name}")
    set_target_properties(dalia_${name} PROPERTIES EXPORT_NAME ${name} LINKER_LANGUAGE CXX)
    add_library(dalia::${name} ALIAS dalia_${name})
  endif()
  if(TARGET dalia_internal)
    target_link_libraries(dalia_internal PUBLIC ${objects} dalia_${name}_registration)
    target_link_options(dalia_internal INTERFACE "LINKER:--undefined=dalia_backend_${name}")
  endif()
endfunction()
