// A list of small operations, run by threads together. Knows pointers, strides and sizes; knows no model and no torch.
//
// Decoding one token reads every weight once, so what counts is how fast rows of weights stream from memory and how
// little happens between two of them. A row is read from front to back by one thread: that is what the hardware's
// prefetchers follow. Attention is shared out by positions; everything else is small and done by one thread at a time.

#include "crew.h"
#include "plan.h"
#include "votes.h"

extern "C" void* make_program(const Operation* operations, int64_t count, int64_t threads) {
    return new std::shared_ptr<Program>(new Program(operations, count, threads));
}

extern "C" void free_program(void* program) { delete (std::shared_ptr<Program>*)program; }

// One run of a program at a time; several programs may run at once.
extern "C" void run_program(void* held, int64_t threads) {
    static Crew& crew = *new Crew;  // its threads end with the process
    crew.run(*(std::shared_ptr<Program>*)held, threads);
}

extern "C" void count_votes(const void* z, int64_t type, int64_t stride, int64_t rows, int64_t columns,
                            const float* counts, float* votes, float* tokens, int64_t threads) {
    with_float(int32_t(type), [&](auto zero) {
        count_rows((const decltype(zero)*)z, stride, rows, columns, counts, votes, tokens, threads);
    });
}

extern "C" int64_t operation_bytes() { return sizeof(Operation); }
