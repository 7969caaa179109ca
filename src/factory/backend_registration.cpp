/// Makes a backend that is linked into the program known to it.
#include "factory/backend_entry.hpp"
#include "factory/backend_modules.hpp"

/// What the link option of a static build asks for, so that this file is not left out.
extern "C" const bool DALIA_BACKEND_ANCHOR;
const bool DALIA_BACKEND_ANCHOR =
    dalia::internal::add_linked_backend(DALIA_BACKEND, dalia::internal::DALIA_MAKE_DATABASE);
