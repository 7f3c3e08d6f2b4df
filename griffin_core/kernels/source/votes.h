#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include <omp.h>

#include "operation.h"

// Adds to votes (columns), for every row of z that is not all zeros, its squares divided by their sum and multiplied by
// the row's count (1 where counts is null); adds the counts of these rows to tokens. Every thread reads rows of its own.
template <class Number>
void count_rows(const Number* z, int64_t stride, int64_t rows, int64_t columns, const float* counts, float* votes,
                float* tokens, int64_t threads) {
    // Sums of the threads are added in their order, so that equal prompts have equal votes.
    std::vector<float> sums(threads * columns), counted(threads);
#pragma omp parallel num_threads(threads)
    {
        const int thread = omp_get_thread_num(), team = omp_get_num_threads();
        static thread_local std::vector<float> squares;
        squares.resize(columns);
        float* mine = sums.data() + thread * columns;
        for (int64_t row = rows * thread / team; row < rows * (thread + 1) / team; row++) {
            const float count = counts ? counts[row] : 1;
            for (int64_t i = 0; i < columns; i++) squares[i] = float(z[row * stride + i]) * float(z[row * stride + i]);
            const float energy = add_up(squares.data(), columns);
            if (!(energy != 0) || count == 0) continue;
            const float share = count / std::max(energy, std::numeric_limits<float>::min());
            for (int64_t i = 0; i < columns; i++) mine[i] += squares[i] * share;
            counted[thread] += count;
        }
    }
    for (int64_t thread = 0; thread < threads; thread++) {
        for (int64_t i = 0; i < columns; i++) votes[i] += sums[thread * columns + i];
        *tokens += counted[thread];
    }
}
