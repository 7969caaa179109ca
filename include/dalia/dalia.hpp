/// The whole blocking API of dalia.
#pragma once

#include "dalia/connections/pipeline.hpp"
#include "dalia/connections/sync_connection.hpp"
#include "dalia/core/database_config.hpp"
#include "dalia/core/entity.hpp"
#include "dalia/core/error.hpp"
#include "dalia/core/params.hpp"
#include "dalia/core/result_set.hpp"
#include "dalia/entity/entity_query.hpp"
#include "dalia/entity/entity_schema.hpp"
#include "dalia/entity/save_options.hpp"
#include "dalia/factory/connection_manager.hpp"
#include "dalia/factory/database_factory.hpp"
