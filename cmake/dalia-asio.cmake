# The Asio that coroutines run on, in its two flavours; read by dalia's build and by its package.

# The flavours that DALIA_ASIO allows, the preferred first, and the need in words.
if(NOT DALIA_ASIO OR DALIA_ASIO STREQUAL "auto")
  set(dalia_asio_flavours boost standalone)
  set(dalia_asio_need "Boost 1.81 or newer, or standalone Asio 1.22 or newer")
elseif(DALIA_ASIO STREQUAL "boost")
  set(dalia_asio_flavours boost)
  set(dalia_asio_need "Boost 1.81 or newer, as DALIA_ASIO is boost")
elseif(DALIA_ASIO STREQUAL "standalone")
  set(dalia_asio_flavours standalone)
  set(dalia_asio_need "standalone Asio 1.22 or newer, as DALIA_ASIO is standalone")
else()
  set(dalia_asio_flavours)
  set(dalia_asio_need "DALIA_ASIO to be auto, boost or standalone, not ${DALIA_ASIO}")
endif()

# dalia_add_asio(TARGET FLAVOUR [IMPORTED]): TARGET is dalia over boost or standalone, where the machine has that one.
function(dalia_add_asio target flavour)
  if(flavour STREQUAL "boost")
    if(POLICY CMP0167)
      cmake_policy(SET CMP0167 OLD)  # Boost's headers are enough, without Boost's own CMake files
    endif()
    find_package(Boost 1.81 QUIET)
    if(NOT Boost_FOUND)
      return()
    endif()
    add_library(${target} INTERFACE ${ARGN})
    target_link_libraries(${target} INTERFACE Boost::headers)
  else()
    find_path(DALIA_ASIO_INCLUDE_DIR asio/version.hpp DOC "Where standalone Asio's headers are")
    mark_as_advanced(DALIA_ASIO_INCLUDE_DIR)
    if(NOT DALIA_ASIO_INCLUDE_DIR)
      return()
    endif()
    # MMmmmpp: 102201 is 1.22.1.
    file(STRINGS ${DALIA_ASIO_INCLUDE_DIR}/asio/version.hpp version REGEX "#define ASIO_VERSION [0-9]+")
    string(REGEX REPLACE "^#define ASIO_VERSION ([0-9]+).*" "\\1" version "${version}")
    if(version LESS 102200)
      return()
    endif()
    add_library(${target} INTERFACE ${ARGN})
    target_include_directories(${target} SYSTEM INTERFACE ${DALIA_ASIO_INCLUDE_DIR})
    target_compile_definitions(${target} INTERFACE DALIA_ASIO_STANDALONE=1)
    if(version LESS 102600)
      # Up to there it looks for clang's coroutines in <experimental/coroutine> alone.
      target_compile_definitions(${target} INTERFACE
        $<$<COMPILE_LANG_AND_ID:CXX,Clang,AppleClang>:ASIO_HAS_CO_AWAIT=1>
        $<$<COMPILE_LANG_AND_ID:CXX,Clang,AppleClang>:ASIO_HAS_STD_COROUTINE=1>)
    endif()
  endif()
  target_link_libraries(${target} INTERFACE dalia::dalia Threads::Threads)
endfunction()
