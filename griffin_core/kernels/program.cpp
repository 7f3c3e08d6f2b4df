// A list of small operations, run by one team of threads. Knows pointers, strides and sizes; knows no model and no torch.
//
// Decoding one token reads every weight once, so what counts is how fast rows of weights stream from memory and how
// little happens between two of them. A row is read from front to back by one thread, in 64 sums at once: that is what
// the hardware's prefetchers follow. Everything between two products is small and done by the first thread.

#include <bit>
#include <cmath>
#include <cstdint>
#include <omp.h>

namespace {

constexpr int LANES = 64;
constexpr int64_t PIECE = 2048;  // numbers of a small operation worked on at a time
constexpr int64_t WIDEST = 65536;  // longest row of weights, and most positions attended to

enum Type : int64_t { FLOAT32, BFLOAT16, FLOAT16 };
enum Code : int64_t { LINEAR, ATTEND, STORE, COPY, ADD, SUB, MUL, DIV, NEG, SQUARE, RSQRT, TANH, RELU, SILU, GELU, GELU_TANH, MEAN };

struct Operand {
    char* data;  // null: there is none
    int64_t type;
    int64_t strides[4];  // in numbers; 0 where it is repeated
};

struct Operation {
    int64_t code;
    int64_t waits;  // for everything before it
    int64_t shape[4];
    Operand out, a, b, c, d;
    double scalar;
};

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

template <class Work> inline void with_type(int64_t type, Work work) {
    if (type == FLOAT32) work(float{});
    else if (type == BFLOAT16) work(Bfloat16{});
    else work(Float16{});
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

template <class Number> inline float dot(const Number* row, const float* x, int64_t count) {
    float sums[LANES] = {}, rest = 0;
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int lane = 0; lane < LANES; lane++) sums[lane] += float(row[i + lane]) * x[i + lane];
    for (; i < count; i++) rest += float(row[i]) * x[i];
    for (int half = LANES / 2; half; half /= 2)
        for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
    return rest + sums[0];
}

inline float add_up(const float* numbers, int64_t count) {
    float sums[LANES] = {}, rest = 0;
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int lane = 0; lane < LANES; lane++) sums[lane] += numbers[i + lane];
    for (; i < count; i++) rest += numbers[i];
    for (int lane = 0; lane < LANES; lane++) rest += sums[lane];
    return rest;
}

// e to the power of x within 2 units in the last place; compilers turn a loop of it into vectors, unlike std::exp.
inline float power_of_e(float x) {
    const float high = x > 88.7f ? 88.7f : x, bounded = high < -87.3f ? -87.3f : high;
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

// out (rows) = b (rows, columns) · a (columns) + c (rows); shape is {·, ·, rows, columns}.
void linear(const Operation& op, int thread, int threads) {
    static thread_local float x[WIDEST];
    const int64_t rows = op.shape[2], columns = op.shape[3];
    load(x, op.a, 0, 0, columns);
    with_type(op.b.type, [&](auto zero) {
        const auto* weight = (const decltype(zero)*)op.b.data;
        for (int64_t row = rows * thread / threads; row < rows * (thread + 1) / threads; row++) {
            float y = dot(weight + row * op.b.strides[2], x, columns), bias = 0;
            if (op.c.data) load(&bias, op.c, 0, row, 1);
            y += bias;
            save(op.out, 0, row, &y, 1);
        }
    });
}

// One query a row, as softmax(a · bᵀ · scalar) · c; shape is {heads of keys, queries a head, positions, head size}.
// a, out (heads, queries, ·, size); b, c (heads, positions, size) with strides in [0], [2], [3]; d (positions): whether
// a position is seen.
void attend(const Operation& op, int thread, int threads) {
    static thread_local float share[WIDEST];
    const int64_t queries = op.shape[1], positions = op.shape[2], size = op.shape[3];
    const int64_t all = op.shape[0] * queries;
    const auto* seen = (const bool*)op.d.data;
    with_type(op.b.type, [&](auto zero) {
        using Number = decltype(zero);
        for (int64_t i = all * thread / threads; i < all * (thread + 1) / threads; i++) {
            const int64_t head = i / queries, query = i % queries;
            const auto* keys = (const Number*)op.b.data + head * op.b.strides[0];
            const auto* values = (const Number*)op.c.data + head * op.c.strides[0];
            float q[512], sums[512] = {}, highest = -INFINITY, total = 0;
            load(q, op.a, head * op.a.strides[0] + query * op.a.strides[1], 0, size);
            for (int64_t at = 0; at < positions; at++) {
                if (seen && !seen[at * op.d.strides[3]]) continue;
                share[at] = dot(keys + at * op.b.strides[2], q, size) * float(op.scalar);
                highest = std::fmax(highest, share[at]);
            }
            for (int64_t at = 0; at < positions; at++) share[at] = power_of_e(share[at] - highest);
            for (int64_t at = 0; at < positions; at++) {
                if (seen && !seen[at * op.d.strides[3]]) continue;
                const float weight = share[at];
                const auto* value = values + at * op.c.strides[2];
                total += weight;
                for (int64_t j = 0; j < size; j++) sums[j] += weight * float(value[j]);
            }
            for (int64_t j = 0; j < size; j++) sums[j] /= total;
            save(op.out, head * op.out.strides[0] + query * op.out.strides[1], 0, sums, size);
        }
    });
}

inline float of(int64_t code, float a, float b) {
    switch (code) {
        case ADD: return a + b;
        case SUB: return a - b;
        case MUL: return a * b;
        case DIV: return a / b;
        case NEG: return -a;
        case SQUARE: return a * a;
        case RSQRT: return 1 / std::sqrt(a);
        case TANH: return std::tanh(a);
        case RELU: return a > 0 ? a : 0;
        case SILU: return a / (1 + power_of_e(-a));
        case GELU: return a * 0.5f * (1 + std::erf(a * float(M_SQRT1_2)));
        case GELU_TANH: return 0.5f * a * (1 + std::tanh(float(M_2_SQRTPI * M_SQRT1_2) * (a + 0.044715f * a * a * a)));
        default: return a;
    }
}

template <int64_t CODE> void apply(float* to, const float* a, const float* b, int64_t count) {
    for (int64_t i = 0; i < count; i++) to[i] = of(CODE, a[i], b[i]);
}

void apply(int64_t code, float* to, const float* a, const float* b, int64_t count) {
    switch (code) {
        case ADD: return apply<ADD>(to, a, b, count);
        case SUB: return apply<SUB>(to, a, b, count);
        case MUL: return apply<MUL>(to, a, b, count);
        case DIV: return apply<DIV>(to, a, b, count);
        case NEG: return apply<NEG>(to, a, b, count);
        case SQUARE: return apply<SQUARE>(to, a, b, count);
        case RSQRT: return apply<RSQRT>(to, a, b, count);
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
// STORE copies a to place d of out, d being one int64 and the scalar the distance of two places.
void small(const Operation& op) {
    float a[PIECE], b[PIECE];
    const int64_t columns = op.shape[3];
    const int64_t shift = op.code == STORE ? *(const int64_t*)op.d.data * int64_t(op.scalar) : 0;
    if (!op.b.data) for (int64_t i = 0; i < PIECE && i < columns; i++) b[i] = float(op.scalar);
    int64_t index[3];
    for (index[0] = 0; index[0] < op.shape[0]; index[0]++)
        for (index[1] = 0; index[1] < op.shape[1]; index[1]++)
            for (index[2] = 0; index[2] < op.shape[2]; index[2]++) {
                double sum = 0;
                for (int64_t start = 0; start < columns; start += PIECE) {
                    const int64_t count = columns - start < PIECE ? columns - start : PIECE;
                    load(a, op.a, offset(op.a, index), start, count);
                    if (op.code == MEAN) {
                        sum += add_up(a, count);
                        continue;
                    }
                    if (op.b.data) load(b, op.b, offset(op.b, index), start, count);
                    if (op.code != COPY && op.code != STORE) apply(op.code, a, a, b, count);
                    save(op.out, offset(op.out, index) + shift, start, a, count);
                }
                if (op.code == MEAN) {
                    const float mean = float(sum / double(columns));
                    save(op.out, offset(op.out, index), 0, &mean, 1);
                }
            }
}

}  // namespace

extern "C" void run_program(const Operation* operations, int64_t count, int64_t threads) {
#pragma omp parallel num_threads(threads)
    {
        const int thread = omp_get_thread_num(), team = omp_get_num_threads();
        for (int64_t i = 0; i < count; i++) {
            const Operation& op = operations[i];
            if (op.waits) {
#pragma omp barrier
            }
            if (op.code == LINEAR) linear(op, thread, team);
            else if (op.code == ATTEND) attend(op, thread, team);
            else if (thread == 0) small(op);
        }
    }
}

extern "C" int64_t operation_bytes() { return sizeof(Operation); }
