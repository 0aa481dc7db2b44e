// `self.updates.send(x)` on a channel that is bounded: of some crates the type does not say, what is put into the field does.
#pragma once

#include "frontend/rust/semantics/Forwarding.h"

namespace clearway::frontend::rust {

/// Has calls of `send` on fields that only ever hold senders of bounded channels say so.
void markBoundedSenders(link::Program &program, const Knowledge &knowledge, Inference &inference, const KeptCallables &kept);

} // namespace clearway::frontend::rust
