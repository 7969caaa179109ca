# Every header a user may include; each is also compiled alone (all_verify_interface_header_sets).
set(dalia_public_headers)
foreach(header IN ITEMS
    core/arena.hpp
    core/database_config.hpp
    core/deadline.hpp
    core/entity.hpp
    core/error.hpp
    core/executor.hpp
    core/export.hpp
    core/field_names.hpp
    core/json.hpp
    core/kinds.hpp
    core/params.hpp
    core/result_set.hpp
    core/row.hpp
    core/task.hpp
    core/value.hpp
    generators/capabilities.hpp
    generators/sql_generator.hpp
)
  list(APPEND dalia_public_headers ${PROJECT_SOURCE_DIR}/include/dalia/${header})
endforeach()
