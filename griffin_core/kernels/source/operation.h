// One operation on memory that stays where it is, and how its operands are reached.

#pragma once

#include "numbers.h"

enum Type : int32_t { FLOAT32, BFLOAT16, FLOAT16, INT64, BOOL };
enum Code : int32_t {
    LINEAR, ATTEND, STORE, FETCH, MEAN, COPY, ADD, SUB, MUL, DIV, LESS_EQUAL, NEG, SQUARE, RSQRT, COS, SIN, TANH, RELU,
    SILU, GELU, GELU_TANH
};

struct Operand {
    char* data;  // null: there is none
    int32_t strides[4];  // in numbers; 0 where it is repeated
    int32_t type, unused;
};

struct Operation {
    int32_t code;
    int32_t waits;  // for everything before it: begins a stage
    int32_t shape[4];
    Operand out, a, b, c, d;
    double scalar;
};

template <class Work> inline void with_float(int32_t type, Work work) {
    if (type == FLOAT32) work(float{});
    else if (type == BFLOAT16) work(Bfloat16{});
    else work(Float16{});
}

template <class Work> inline void with_type(int32_t type, Work work) {
    if (type == INT64) work(int64_t{});
    else if (type == BOOL) work(bool{});
    else with_float(type, work);
}

template <class Number> void load(float* to, const Number* from, int64_t stride, int64_t count) {
    if (stride == 1) for (int64_t i = 0; i < count; i++) to[i] = float(from[i]);
    else for (int64_t i = 0; i < count; i++) to[i] = float(from[i * stride]);
}

template <class Number> void save(Number* to, int64_t stride, const float* from, int64_t count) {
    if (stride == 1) for (int64_t i = 0; i < count; i++) to[i] = Number(from[i]);
    else for (int64_t i = 0; i < count; i++) to[i * stride] = Number(from[i]);
}

void load(float* to, const Operand& from, int64_t offset, int64_t start, int64_t count) {
    with_type(from.type, [&](auto zero) {
        load(to, (const decltype(zero)*)from.data + offset + start * from.strides[3], from.strides[3], count);
    });
}

void save(const Operand& to, int64_t offset, int64_t start, const float* from, int64_t count) {
    with_type(to.type, [&](auto zero) {
        save((decltype(zero)*)to.data + offset + start * to.strides[3], to.strides[3], from, count);
    });
}
