/// dalia over Asio: AsyncConnection, whose calls are awaited in coroutines, or take callbacks and futures.
///
/// Over Boost.Asio 1.81 or later; with DALIA_ASIO_STANDALONE over standalone Asio 1.22 or later.
#pragma once

#include "dalia/asio/async_connection.hpp"
#include "dalia/asio/connecting.hpp"
#include "dalia/asio/notification_stream.hpp"
#include "dalia/dalia.hpp"
