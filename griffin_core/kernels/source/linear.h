#pragma once

#include "operation.h"

constexpr int64_t WIDEST = 65536;  // longest row of weights

// out (rows) = b (rows, columns) · a (columns) + c (rows); shape is {·, ·, rows, columns}.
void linear(const Operation& op, int thread, int threads) {
    static thread_local float x[WIDEST];
    const int64_t rows = op.shape[2], columns = op.shape[3];
    load(x, op.a, 0, 0, columns);
    with_float(op.b.type, [&](auto zero) {
        const auto* weight = (const decltype(zero)*)op.b.data;
        for (int64_t row = rows * thread / threads; row < rows * (thread + 1) / threads; row++) {
            float y = dot(weight + row * op.b.strides[2], x, columns), bias = 0;
            if (op.c.data) load(&bias, op.c, 0, row, 1);
            y += bias;
            save(op.out, 0, row, &y, 1);
        }
    });
}
