# Every header a user may include; each is also compiled alone (all_verify_interface_header_sets).
set(dalia_public_headers)
foreach(header IN ITEMS
    core/error.hpp
    core/export.hpp
    generators/capabilities.hpp
    generators/sql_generator.hpp
)
  list(APPEND dalia_public_headers ${PROJECT_SOURCE_DIR}/include/dalia/${header})
endforeach()
