# Every header a user may include; each is also compiled alone (all_verify_interface_header_sets).
set(dalia_public_headers)
foreach(header IN ITEMS
    dalia.hpp
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
    entity/entity_context.hpp
    entity/entity_flow.hpp
    entity/entity_mixin.hpp
    entity/entity_query.hpp
    entity/entity_schema.hpp
    entity/save_options.hpp
    entity/serializer.hpp
    generators/capabilities.hpp
    generators/sql_entity_generator.hpp
    generators/sql_generator.hpp
    generators/transaction_sql.hpp
)
  list(APPEND dalia_public_headers ${PROJECT_SOURCE_DIR}/include/dalia/${header})
endforeach()
