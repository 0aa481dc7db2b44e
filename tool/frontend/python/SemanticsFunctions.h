// What is known of each function beyond its own text: decorators, bases, overriding, closures it returns; and
// of each object with a lifetime.
#pragma once

#include "frontend/python/SemanticsCalls.h"

namespace clearway::python {

/// Links methods with those they override. Calls of abstract methods need it.
void linkOverrides(link::Program &program, Evaluator &evaluator);

void resolveFunction(link::Program &program, Evaluator &evaluator, CallResolver &calls,
                     link::FunctionId function);
void resolveObject(link::Program &program, Evaluator &evaluator, link::ObjectId object);

} // namespace clearway::python
