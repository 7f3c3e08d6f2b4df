// A list of small operations, run by one team of threads. Knows pointers, strides and sizes; knows no model and no torch.
//
// Decoding one token reads every weight once, so what counts is how fast rows of weights stream from memory and how
// little happens between two of them. A row is read from front to back by one thread: that is what the hardware's
// prefetchers follow. Everything between two products is small and done by the first thread.

#include <omp.h>

#include "attend.h"
#include "linear.h"
#include "operation.h"
#include "small.h"
#include "team.h"
#include "votes.h"

constexpr int64_t AHEAD = 6;

extern "C" void run_program(const Operation* operations, int64_t count, int64_t threads) {
    Found* found[MOST_THREADS];  // this team's own, as is its meeting: another may run another program
    Meeting meeting;
#pragma omp parallel num_threads(std::min<int64_t>(threads, MOST_THREADS))
    {
        const int thread = omp_get_thread_num(), team = omp_get_num_threads();
        for (int64_t i = 0; i < count; i++) {
            const Operation& op = operations[i];
            // The weights have swept the list out of the caches since it was last read.
            for (size_t byte = 0; byte < sizeof op; byte += 64) __builtin_prefetch((const char*)(operations + i + AHEAD) + byte);
            if (op.waits) meeting.arrive(team);
            if (op.code == LINEAR) linear(op, thread, team);
            else if (op.code == ATTEND) attend(op, thread, team, meeting, found);
            else if (thread == 0) small(op);
        }
    }
}

extern "C" void count_votes(const void* z, int64_t type, int64_t stride, int64_t rows, int64_t columns,
                            const float* counts, float* votes, float* tokens, int64_t threads) {
    with_float(int32_t(type), [&](auto zero) {
        count_rows((const decltype(zero)*)z, stride, rows, columns, counts, votes, tokens, threads);
    });
}

extern "C" int64_t operation_bytes() { return sizeof(Operation); }
