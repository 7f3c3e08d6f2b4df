#pragma once

#include <algorithm>

#include "operation.h"

constexpr int64_t WIDEST_HEAD = 512;
constexpr int64_t MOST_QUERIES = 256;  // of all heads together
constexpr int64_t PART = 128;  // positions looked at in one go

// Width of a head as it is worked on.
inline int64_t wide_head(int64_t size) { return (size + WIDE - 1) / WIDE * WIDE; }

// What is found in one part: for every query its highest score, its total, and its sums of values.
inline int64_t found_floats(const Operation& op) {
    return int64_t(op.shape[0]) * op.shape[1] * (2 + wide_head(op.shape[3]));
}

// Below, a head is CHUNKS · WIDE numbers, or chunks · WIDE where CHUNKS is 0: any number, but slower.

// Scores of WIDE positions for one query: q (head) by keys (WIDE, head).
template <int CHUNKS> inline void score_block(float* to, const float* q, const float* keys, int chunks) {
    if (CHUNKS) chunks = CHUNKS;
    Floats sums[WIDE] = {};
    for (int64_t at = 0; at < WIDE; at++)
        for (int i = 0; i < chunks; i++) sums[at] += wide(q + i * WIDE) * wide(keys + (at * chunks + i) * WIDE);
    const Floats scores = add_up_each(sums);
    std::memcpy(to, &scores, sizeof scores);
}

// sums (head) += shares (WIDE) by values (WIDE, head).
template <int CHUNKS> inline void add_block(float* sums, const float* shares, const float* values, int chunks) {
    if (CHUNKS) chunks = CHUNKS;
    for (int i = 0; i < chunks; i++) {
        Floats even = wide(sums + i * WIDE), odd = {};
        for (int64_t at = 0; at < WIDE; at += 2) {
            even += wide(values + (at * chunks + i) * WIDE) * shares[at];
            odd += wide(values + (at * chunks + i + chunks) * WIDE) * shares[at + 1];
        }
        even += odd;
        std::memcpy(sums + i * WIDE, &even, sizeof even);
    }
}

// At most WIDE positions as floats, (WIDE, head), zeros where there is nothing.
template <int CHUNKS, class Number>
inline void load_block(float* to, const Number* from, int64_t stride, int64_t count, int64_t size, int chunks) {
    if (CHUNKS) chunks = CHUNKS;
    for (int64_t at = 0; at < WIDE; at++, from += stride) {
        float* row = to + at * chunks * WIDE;
        if (at < count && size == chunks * WIDE) {
            for (int i = 0; i < chunks; i++) {
                const Floats numbers = wide(from + i * WIDE);
                std::memcpy(row + i * WIDE, &numbers, sizeof numbers);
            }
        } else {
            for (int64_t i = 0; i < chunks * WIDE; i++) row[i] = at < count && i < size ? float(from[i]) : 0;
        }
    }
}

// Scores (count) become their shares before they are divided by the total; what follows up to room becomes 0.
inline void weigh(float* scores, int64_t count, int64_t room, float& highest, float& total) {
    highest = largest(scores, count);
    for (int64_t at = 0; at < room; at++) {
        const float power = power_of_e(scores[at] - highest);
        scores[at] = at >= count || scores[at] == -INFINITY ? 0 : power;
    }
    total = add_up(scores, room);
}

// softmax(a · bᵀ · scalar) · c; shape is {heads of keys, queries a head, positions, head size}.
// a, out (heads, queries, ·, size); b, c (heads, ·, positions, size); d (positions): whether a position is seen, or null.
// Looks at one part of the positions. Parts begin where they do whatever the room for more, so sums come out the same.
inline void attend(const Operation& op, int64_t start, int64_t stop, float* to) {
    static thread_local float q[MOST_QUERIES * WIDEST_HEAD], all_shares[MOST_QUERIES * PART];
    const int64_t heads = op.shape[0], queries = op.shape[1], size = op.shape[3], each = heads * queries;
    const int64_t width = wide_head(size);
    const int chunks = int(width / WIDE);
    const auto* mask = (const bool*)op.d.data;
    const auto is_seen = [&](int64_t at) { return !mask || mask[at * op.d.strides[3]]; };
    while (start < stop && !is_seen(start)) start++;
    while (stop > start && !is_seen(stop - 1)) stop--;
    float *highests = to, *totals = to + each, *sums = to + 2 * each;
    std::fill(totals, totals + each, 0);
    if (start == stop) return;
    std::fill(sums, sums + each * width, 0);
    bool has_holes = false;
    for (int64_t at = start; at < stop; at++) has_holes |= !is_seen(at);
    const int64_t room = (stop - start + WIDE - 1) / WIDE * WIDE;
    for (int64_t i = 0; i < each; i++) {
        float* row = q + i * width;
        load(row, op.a, i / queries * op.a.strides[0] + i % queries * op.a.strides[1], 0, size);
        for (int64_t j = 0; j < width; j++) row[j] = j < size ? row[j] * float(op.scalar) : 0;
    }
    const auto look = [&]<int CHUNKS, class Number>(Number) {
        float block[WIDE * (CHUNKS ? CHUNKS * WIDE : WIDEST_HEAD)];
        for (int64_t head = 0; head < heads; head++) {
            const auto* keys = (const Number*)op.b.data + head * op.b.strides[0] + start * op.b.strides[2];
            const auto* values = (const Number*)op.c.data + head * op.c.strides[0] + start * op.c.strides[2];
            for (int64_t at = 0; at < stop - start; at += WIDE) {
                load_block<CHUNKS>(block, keys + at * op.b.strides[2], op.b.strides[2], stop - start - at, size, chunks);
                for (int64_t i = head * queries; i < (head + 1) * queries; i++)
                    score_block<CHUNKS>(all_shares + i * room + at, q + i * width, block, chunks);
            }
            for (int64_t i = head * queries; i < (head + 1) * queries; i++) {
                if (has_holes)
                    for (int64_t at = 0; at < stop - start; at++)
                        if (!is_seen(start + at)) all_shares[i * room + at] = -INFINITY;
                weigh(all_shares + i * room, stop - start, room, highests[i], totals[i]);
            }
            for (int64_t at = 0; at < stop - start; at += WIDE) {
                load_block<CHUNKS>(block, values + at * op.c.strides[2], op.c.strides[2], stop - start - at, size, chunks);
                for (int64_t i = head * queries; i < (head + 1) * queries; i++)
                    add_block<CHUNKS>(sums + i * width, all_shares + i * room + at, block, chunks);
            }
        }
    };
    with_float(op.b.type, [&](auto zero) {
        if (chunks == 4) look.template operator()<4>(zero);
        else if (chunks == 8) look.template operator()<8>(zero);
        else look.template operator()<0>(zero);
    });
}

// What all parts found as one answer a query.
inline void put_together(const Operation& op, const float* parts) {
    const int64_t queries = op.shape[1], size = op.shape[3], each = op.shape[0] * queries, width = wide_head(size);
    const float* end = parts + found_floats(op) * ((op.shape[2] + PART - 1) / PART);
    for (int64_t i = 0; i < each; i++) {
        float highest = -INFINITY, total = 0, sums[WIDEST_HEAD] = {};
        for (const float* part = parts; part < end; part += found_floats(op))
            if (part[each + i] != 0) highest = std::max(highest, part[i]);
        for (const float* part = parts; part < end; part += found_floats(op)) {
            if (part[each + i] == 0) continue;
            const float weight = power_of_e(part[i] - highest);
            total += weight * part[each + i];
            for (int64_t j = 0; j < size; j++) sums[j] += weight * part[2 * each + i * width + j];
        }
        for (int64_t j = 0; j < size; j++) sums[j] /= total;
        save(op.out, i / queries * op.out.strides[0] + i % queries * op.out.strides[1], 0, sums, size);
    }
}
