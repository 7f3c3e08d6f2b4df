// Numbers of several types in memory, and floats worked on many at a time.

#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

constexpr int WIDE = 16;  // numbers worked on at once

struct Bfloat16 {
    uint16_t bits;
    Bfloat16() = default;
    explicit Bfloat16(float value) {
        const uint32_t wide = std::bit_cast<uint32_t>(value);
        const uint32_t rounded = (wide + 0x7fff + ((wide >> 16) & 1)) >> 16;  // half to even
        bits = std::isnan(value) ? 0x7fc0 : uint16_t(rounded);
    }
    operator float() const { return std::bit_cast<float>(uint32_t(bits) << 16); }
};

using Float16 = _Float16;

typedef float Floats __attribute__((vector_size(4 * WIDE)));
typedef float Half __attribute__((vector_size(2 * WIDE)));
typedef float Quarter __attribute__((vector_size(WIDE)));
typedef uint32_t Bits __attribute__((vector_size(4 * WIDE)));
typedef uint16_t ShortBits __attribute__((vector_size(2 * WIDE)));
typedef Float16 Shorts __attribute__((vector_size(2 * WIDE)));

template <class Vector> inline Vector load_bits(const void* from) {
    Vector bits;
    std::memcpy(&bits, from, sizeof bits);
    return bits;
}

inline Floats wide(const float* from) { return load_bits<Floats>(from); }
inline Floats wide(const Float16* from) { return __builtin_convertvector(load_bits<Shorts>(from), Floats); }
inline Floats wide(const Bfloat16* from) {
    const Bits bits = __builtin_convertvector(load_bits<ShortBits>(from), Bits) << 16;
    return load_bits<Floats>(&bits);
}

inline float add_up(Floats v) {
    const Half h = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                   __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    const Quarter q = __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
    return (q[0] + q[2]) + (q[1] + q[3]);
}

// Sums of neighbours: those of a first, then those of b.
inline Floats add_pairs(Floats a, Floats b) {
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +
           __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

// The sum of each.
inline Floats add_up_each(Floats v[WIDE]) {
    for (int count = WIDE / 2; count; count /= 2)
        for (int i = 0; i < count; i++) v[i] = add_pairs(v[2 * i], v[2 * i + 1]);
    return v[0];
}

inline float add_up(const float* numbers, int64_t count) {
    Floats sums = {};
    float rest = 0;
    int64_t i = 0;
    for (; i + WIDE <= count; i += WIDE) sums += wide(numbers + i);
    for (; i < count; i++) rest += numbers[i];
    return rest + add_up(sums);
}

template <class Number> inline float dot(const Number* row, const float* x, int64_t count) {
    Floats a = {}, b = {}, c = {}, d = {};
    float rest = 0;
    int64_t i = 0;
    for (; i + 4 * WIDE <= count; i += 4 * WIDE) {
        a += wide(row + i) * wide(x + i);
        b += wide(row + i + WIDE) * wide(x + i + WIDE);
        c += wide(row + i + 2 * WIDE) * wide(x + i + 2 * WIDE);
        d += wide(row + i + 3 * WIDE) * wide(x + i + 3 * WIDE);
    }
    for (; i + WIDE <= count; i += WIDE) a += wide(row + i) * wide(x + i);
    for (; i < count; i++) rest += float(row[i]) * x[i];
    return rest + add_up((a + b) + (c + d));
}

inline float largest(const float* numbers, int64_t count) {
    Floats most = Floats{} - INFINITY;
    float found = -INFINITY;
    int64_t i = 0;
    for (; i + WIDE <= count; i += WIDE) most = wide(numbers + i) > most ? wide(numbers + i) : most;
    for (; i < count; i++) found = numbers[i] > found ? numbers[i] : found;
    for (int at = 0; at < WIDE; at++) found = most[at] > found ? most[at] : found;
    return found;
}

// e to the power of x within 2 units in the last place, for x in -87.3 to 88.3; compilers turn a loop of it into vectors, unlike std::exp.
[[gnu::always_inline]] inline float power_of_e(float x) {
    const float high = x > 88.3f ? 88.3f : x, bounded = high < -87.3f ? -87.3f : high;
    const float whole = std::floor(bounded * 1.44269504f + 0.5f);
    const float r = (bounded - whole * 0.693359375f) + whole * 2.12194440e-4f;  // |r| <= ln 2 / 2
    float sum = 1.9875691500e-4f;
    sum = sum * r + 1.3981999507e-3f;
    sum = sum * r + 8.3334519073e-3f;
    sum = sum * r + 4.1665795894e-2f;
    sum = sum * r + 1.6666665459e-1f;
    sum = sum * r + 5.0000001201e-1f;
    sum = sum * r * r + r + 1.0f;
    return sum * std::bit_cast<float>((int32_t(whole) + 127) << 23);
}
