#pragma once

#include "operation.h"

constexpr int64_t WIDEST = 65536;  // longest row of weights

// The row of inputs a thread has at hand as floats, and whose it is: shares of one operation read the same.
struct Row {
    const Operation* of = nullptr;
    int64_t round = -1;
};

// out (rows) = b (rows, columns) · a (columns) + c (rows); shape is {·, ·, rows, columns}. One share of the rows.
inline void linear(const Operation& op, int64_t start, int64_t stop, Row& at_hand, int64_t round) {
    static thread_local float x[WIDEST];
    const int64_t columns = op.shape[3];
    if (at_hand.of != &op || at_hand.round != round) {
        load(x, op.a, 0, 0, columns);
        at_hand = {&op, round};
    }
    with_float(op.b.type, [&](auto zero) {
        const auto* weight = (const decltype(zero)*)op.b.data;
        for (int64_t row = start; row < stop; row++) {
            float y = dot(weight + row * op.b.strides[2], x, columns), bias = 0;
            if (op.c.data) load(&bias, op.c, 0, row, 1);
            y += bias;
            save(op.out, 0, row, &y, 1);
        }
    });
}
