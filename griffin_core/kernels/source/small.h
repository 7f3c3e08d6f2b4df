#pragma once

#include <algorithm>

#include "operation.h"

constexpr int64_t PIECE = 2048;  // numbers worked on at a time

inline float of(int32_t code, float a, float b) {
    switch (code) {
        case ADD: return a + b;
        case SUB: return a - b;
        case MUL: return a * b;
        case DIV: return a / b;
        case LESS_EQUAL: return a <= b;
        case NEG: return -a;
        case SQUARE: return a * a;
        case RSQRT: return 1 / std::sqrt(a);
        case COS: return std::cos(a);
        case SIN: return std::sin(a);
        case TANH: return std::tanh(a);
        case RELU: return a < 0 ? 0 : a;
        case SILU: return a / (1 + power_of_e(-a));
        case GELU: return a * 0.5f * (1 + std::erf(a * float(M_SQRT1_2)));
        case GELU_TANH: return 0.5f * a * (1 + std::tanh(float(M_2_SQRTPI * M_SQRT1_2) * (a + 0.044715f * a * a * a)));
        default: return a;
    }
}

template <int32_t CODE> void apply(float* to, const float* a, const float* b, int64_t count) {
    for (int64_t i = 0; i < count; i++) to[i] = of(CODE, a[i], b[i]);
}

void apply(int32_t code, float* to, const float* a, const float* b, int64_t count) {
    switch (code) {
        case ADD: return apply<ADD>(to, a, b, count);
        case SUB: return apply<SUB>(to, a, b, count);
        case MUL: return apply<MUL>(to, a, b, count);
        case DIV: return apply<DIV>(to, a, b, count);
        case LESS_EQUAL: return apply<LESS_EQUAL>(to, a, b, count);
        case NEG: return apply<NEG>(to, a, b, count);
        case SQUARE: return apply<SQUARE>(to, a, b, count);
        case RSQRT: return apply<RSQRT>(to, a, b, count);
        case COS: return apply<COS>(to, a, b, count);
        case SIN: return apply<SIN>(to, a, b, count);
        case TANH: return apply<TANH>(to, a, b, count);
        case RELU: return apply<RELU>(to, a, b, count);
        case SILU: return apply<SILU>(to, a, b, count);
        case GELU: return apply<GELU>(to, a, b, count);
        case GELU_TANH: return apply<GELU_TANH>(to, a, b, count);
        default: return apply<COPY>(to, a, b, count);
    }
}

inline int64_t offset(const Operand& operand, const int64_t index[3]) {
    return index[0] * operand.strides[0] + index[1] * operand.strides[1] + index[2] * operand.strides[2];
}

// out = code(a, b) number by number, b being the scalar where it has no data. MEAN takes rows of a to one number each.
// STORE copies a to place d of out, FETCH place d of a to out; d is one int64 and the scalar the distance of two places.
// Whole numbers are worked on as floats, so they must be below 2²⁴; places may be any.
void small(const Operation& op) {
    float a[PIECE], b[PIECE];
    const int64_t columns = op.shape[3];
    const int64_t shift = op.d.data ? *(const int64_t*)op.d.data * int64_t(op.scalar) : 0;
    const int64_t from = op.code == FETCH ? shift : 0, to = op.code == STORE ? shift : 0;
    if (!op.b.data) for (int64_t i = 0; i < PIECE && i < columns; i++) b[i] = float(op.scalar);
    int64_t index[3];
    for (index[0] = 0; index[0] < op.shape[0]; index[0]++)
        for (index[1] = 0; index[1] < op.shape[1]; index[1]++)
            for (index[2] = 0; index[2] < op.shape[2]; index[2]++) {
                double sum = 0;
                for (int64_t start = 0; start < columns; start += PIECE) {
                    const int64_t count = columns - start < PIECE ? columns - start : PIECE;
                    load(a, op.a, offset(op.a, index) + from, start, count);
                    if (op.code == MEAN) {
                        sum += add_up(a, count);
                        continue;
                    }
                    if (op.b.data) load(b, op.b, offset(op.b, index), start, count);
                    if (op.code > COPY) apply(op.code, a, a, b, count);
                    save(op.out, offset(op.out, index) + to, start, a, count);
                }
                if (op.code == MEAN) {
                    const float mean = float(sum / double(columns));
                    save(op.out, offset(op.out, index), 0, &mean, 1);
                }
            }
}
