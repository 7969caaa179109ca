# Every header a user may include; each is also compiled alone (all_verify_interface_header_sets).
set(dalia_public_headers)
foreach(header IN ITEMS
    dalia.hpp
    connections/async_call.hpp
    connections/async_core.hpp
    connections/blocking_session.hpp
    connections/execute_options.hpp
    connections/notification.hpp
    connections/pipeline.hpp
    connections/pollable_session.hpp
    connections/row_source.hpp
    connections/row_stream.hpp
    connections/session.hpp
    connections/sync_connection.hpp
    connections/transaction.hpp
    connections/transaction_attempts.hpp
    core/database_config.hpp
    core/deadline.hpp
    core/entity.hpp
    core/error.hpp
    core/event_loop.hpp
    core/executor.hpp
    core/export.hpp
    core/field_names.hpp
    core/frame_cache.hpp
    core/json.hpp
    core/kinds.hpp
    core/params.hpp
    core/readiness.hpp
    core/result_set.hpp
    core/row.hpp
    core/row_buffer.hpp
    core/soon.hpp
    core/tail.hpp
    core/task.hpp
    core/value.hpp
    entity/aggregate.hpp
    entity/entity_context.hpp
    entity/entity_flow.hpp
    entity/entity_mixin.hpp
    entity/entity_query.hpp
    entity/entity_schema.hpp
    entity/save_options.hpp
    entity/serializer.hpp
    entity/typed_entity.hpp
    factory/connection_manager.hpp
    factory/database_factory.hpp
    generators/capabilities.hpp
    generators/sql_entity_generator.hpp
    generators/sql_generator.hpp
    generators/transaction_sql.hpp
)
  list(APPEND dalia_public_headers ${PROJECT_SOURCE_DIR}/include/dalia/${header})
endforeach()

# Those that need Asio; each is compiled alone over either.
set(dalia_asio_headers)
foreach(header IN ITEMS
    asio.hpp
    asio/async_connection.hpp
    asio/completion.hpp
    asio/connecting.hpp
    asio/loop.hpp
    asio/net.hpp
    asio/notification_stream.hpp
)
  list(APPEND dalia_asio_headers ${PROJECT_SOURCE_DIR}/include/dalia/${header})
endforeach()
