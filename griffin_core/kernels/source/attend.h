#pragma once

#include <algorithm>
#include <vector>

#include "operation.h"
#include "team.h"

constexpr int64_t WIDEST_HEAD = 512;
constexpr int64_t MOST_QUERIES = 256;  // of all heads together
constexpr int MOST_THREADS = 256;

// What one thread has found for every query in the positions that it looked at.
struct Found {
    std::vector<float> highest, total, sums, shares;
};

// Scores of WIDE positions for one query: q (CHUNKS · WIDE) by keys (WIDE, CHUNKS · WIDE).
template <int CHUNKS> inline void score_block(float* to, const float* q, const float* keys) {
    for (int64_t at = 0; at < WIDE; at++) {
        Floats sums = {};
        for (int i = 0; i < CHUNKS; i++) sums += wide(q + i * WIDE) * wide(keys + (at * CHUNKS + i) * WIDE);
        to[at] = add_up(sums);
    }
}

// sums (CHUNKS · WIDE) += shares (WIDE) by values (WIDE, CHUNKS · WIDE).
template <int CHUNKS> inline void add_block(float* sums, const float* shares, const float* values) {
    for (int i = 0; i < CHUNKS; i++) {
        Floats even = wide(sums + i * WIDE), odd = {};
        for (int64_t at = 0; at < WIDE; at += 2) {
            even += wide(values + (at * CHUNKS + i) * WIDE) * shares[at];
            odd += wide(values + (at * CHUNKS + i + CHUNKS) * WIDE) * shares[at + 1];
        }
        even += odd;
        std::memcpy(sums + i * WIDE, &even, sizeof even);
    }
}

// At most WIDE positions as floats, (WIDE, CHUNKS · WIDE), zeros where there is nothing.
template <int CHUNKS, class Number>
inline void load_block(float* to, const Number* from, int64_t stride, int64_t count, int64_t size) {
    for (int64_t at = 0; at < WIDE; at++) {
        float* row = to + at * CHUNKS * WIDE;
        int64_t i = 0;
        if (at < count) {
            for (; i + WIDE <= size; i += WIDE) {
                const Floats numbers = wide(from + at * stride + i);
                std::memcpy(row + i, &numbers, sizeof numbers);
            }
            for (; i < size; i++) row[i] = float(from[at * stride + i]);
        }
        for (; i < CHUNKS * WIDE; i++) row[i] = 0;
    }
}

// softmax(a · bᵀ · scalar) · c; shape is {heads of keys, queries a head, positions, head size}.
// a, out (heads, queries, ·, size); b, c (heads, ·, positions, size); d (positions): whether a position is seen, or null.
// The positions are shared out among the threads; what they find is put together by the first. all: one place a thread.
void attend(const Operation& op, int thread, int threads, Meeting& meeting, Found** all) {
    static thread_local Found found;
    static thread_local float q[MOST_QUERIES * WIDEST_HEAD];
    const int64_t heads = op.shape[0], queries = op.shape[1], size = op.shape[3], each = heads * queries;
    const int64_t width = WIDE * std::bit_ceil(uint64_t(size + WIDE - 1) / WIDE);
    const auto* mask = (const bool*)op.d.data;
    const auto is_seen = [&](int64_t at) { return !mask || mask[at * op.d.strides[3]]; };
    int64_t first = 0, end = op.shape[2];
    while (first < end && !is_seen(first)) first++;
    while (end > first && !is_seen(end - 1)) end--;
    const int64_t start = first + (end - first) * thread / threads, stop = first + (end - first) * (thread + 1) / threads;
    bool has_holes = false;
    for (int64_t at = start; at < stop; at++) has_holes |= !is_seen(at);
    const int64_t room = (stop - start + WIDE - 1) / WIDE * WIDE;
    found.highest.assign(each, -INFINITY);
    found.total.assign(each, 0);
    found.sums.assign(each * width, 0);
    found.shares.resize(each * room);
    for (int64_t i = 0; i < each; i++) {
        float* row = q + i * width;
        load(row, op.a, i / queries * op.a.strides[0] + i % queries * op.a.strides[1], 0, size);
        for (int64_t j = 0; j < width; j++) row[j] = j < size ? row[j] * float(op.scalar) : 0;
    }
    const auto look = [&]<int CHUNKS, class Number>(Number) {
        float block[WIDE * CHUNKS * WIDE];
        for (int64_t head = 0; head < heads; head++) {
            const auto* keys = (const Number*)op.b.data + head * op.b.strides[0] + start * op.b.strides[2];
            const auto* values = (const Number*)op.c.data + head * op.c.strides[0] + start * op.c.strides[2];
            for (int64_t at = 0; at < stop - start; at += WIDE) {
                load_block<CHUNKS>(block, keys + at * op.b.strides[2], op.b.strides[2], stop - start - at, size);
                for (int64_t i = head * queries; i < (head + 1) * queries; i++)
                    score_block<CHUNKS>(found.shares.data() + i * room + at, q + i * width, block);
            }
            for (int64_t i = head * queries; i < (head + 1) * queries; i++) {
                float *shares = found.shares.data() + i * room, highest = -INFINITY;
                for (int64_t at = stop - start; at < room; at++) shares[at] = -INFINITY;
                if (has_holes)
                    for (int64_t at = 0; at < stop - start; at++)
                        if (!is_seen(start + at)) shares[at] = -INFINITY;
                for (int64_t at = 0; at < room; at++) highest = shares[at] > highest ? shares[at] : highest;
                found.highest[i] = highest;
                for (int64_t at = 0; at < room; at++) shares[at] = shares[at] == -INFINITY ? 0 : power_of_e(shares[at] - highest);
                found.total[i] = add_up(shares, room);
            }
            for (int64_t at = 0; at < stop - start; at += WIDE) {
                load_block<CHUNKS>(block, values + at * op.c.strides[2], op.c.strides[2], stop - start - at, size);
                for (int64_t i = head * queries; i < (head + 1) * queries; i++)
                    add_block<CHUNKS>(found.sums.data() + i * width, found.shares.data() + i * room + at, block);
            }
        }
    };
    with_float(op.b.type, [&](auto zero) {
        if (width <= 1 * WIDE) look.template operator()<1>(zero);
        else if (width <= 2 * WIDE) look.template operator()<2>(zero);
        else if (width <= 4 * WIDE) look.template operator()<4>(zero);
        else if (width <= 8 * WIDE) look.template operator()<8>(zero);
        else if (width <= 16 * WIDE) look.template operator()<16>(zero);
        else look.template operator()<32>(zero);
    });
    all[thread] = &found;
    meeting.arrive(threads);
    if (thread) return;
    for (int64_t i = 0; i < each; i++) {
        float highest = -INFINITY, total = 0, sums[WIDEST_HEAD] = {};
        for (int t = 0; t < threads; t++) highest = std::max(highest, all[t]->highest[i]);
        for (int t = 0; t < threads; t++) {
            if (all[t]->total[i] == 0) continue;
            const float weight = power_of_e(all[t]->highest[i] - highest);
            total += weight * all[t]->total[i];
            for (int64_t j = 0; j < size; j++) sums[j] += weight * all[t]->sums[i * width + j];
        }
        for (int64_t j = 0; j < size; j++) sums[j] /= total;
        save(op.out, i / queries * op.out.strides[0] + i % queries * op.out.strides[1], 0, sums, size);
    }
}
