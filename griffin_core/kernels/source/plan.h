// A list of operations as units of work, which threads take one after the other.

#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "attend.h"
#include "linear.h"
#include "operation.h"
#include "small.h"
#include "waiting.h"

// What one thread does in one go: a share of one operation, or some small ones after another.
struct Unit {
    const Operation* first;
    int64_t count;  // small operations; 0 if it is a share
    int64_t after;  // units that must be done before it may begin: all of the stages before its own
    int64_t start, stop;  // the share: rows or positions
};

// Units are numbered on and on, over all runs. A thread takes the next number, waits until what comes before is done,
// works and counts it as done. So a thread that is not running holds up nobody, unless it has a unit in hand, and one
// that is late finds what is left, if anything. What a unit gives does not depend on who does it, or how many do.
class Program {
public:
    Program(const Operation* operations, int64_t count, int64_t threads) : threads(std::max<int64_t>(threads, 1)) {
        list.reserve(2 * count);  // never moves: units point into it
        std::vector<Operation> stage;
        for (int64_t i = 0; i < count; i++) {
            const bool is_attention = operations[i].code == ATTEND;
            if (operations[i].waits || is_attention) end_stage(stage);
            stage.push_back(operations[i]);
            if (is_attention) end_stage(stage);
        }
        end_stage(stage);
        parts.resize(room);
    }

    // Makes all units available once more. Only when all are done.
    void open() { posted.store(posted.load(std::memory_order_relaxed) + int64_t(units.size()), std::memory_order_release); }

    // Takes units while there are any.
    void work() {
        Row row;
        const int64_t all = units.size();
        for (int64_t number = claimed.load(std::memory_order_acquire);;) {
            if (number >= posted.load(std::memory_order_acquire)) return;
            if (!claimed.compare_exchange_weak(number, number + 1, std::memory_order_acq_rel)) continue;
            const Unit& unit = units[number % all];
            if (wait_for(done, number - number % all + unit.after)) is_held_up = true;
            perform(unit, row, number - number % all);
            done.fetch_add(1, std::memory_order_acq_rel);
            done.notify_all();
            number = claimed.load(std::memory_order_acquire);
        }
    }

    // Returns when all is done: whether anybody had to wait for a thread that was not running.
    bool finish() {
        const bool is_late = wait_for(done, posted.load(std::memory_order_relaxed));
        return is_held_up.exchange(false) || is_late;
    }

private:
    static constexpr int64_t SMALLEST = 1 << 16, LARGEST = 1 << 19;  // bytes of weights in a share

    void end_stage(std::vector<Operation>& stage) {
        const int64_t before = units.size();
        const auto is_small = [](const Operation& op) { return op.code != LINEAR && op.code != ATTEND; };
        const auto parallel = std::stable_partition(stage.begin(), stage.end(), is_small);
        chain(stage.begin(), parallel, before);
        int64_t left = 0;  // bytes
        for (auto op = parallel; op != stage.end(); op++) left += bytes_of(*op);
        for (auto op = parallel; op != stage.end(); op++) {
            list.push_back(*op);
            if (op->code == ATTEND) share_positions(list.back(), before);
            else share_rows(list.back(), before, left);
        }
        if (parallel != stage.end() && parallel->code == ATTEND) chain(parallel, parallel + 1, units.size());
        stage.clear();
    }

    // Small operations, and what puts an attention's parts together.
    template <class Each> void chain(Each from, Each to, int64_t after) {
        if (from == to) return;
        const int64_t last = int64_t(units.size()) - 1;  // goes on if it is a chain, and all of the stage before
        if (last < 0 || !units[last].count || units[last].after != last || after != last + 1)
            units.push_back({list.data() + list.size(), 0, after, 0, 0});
        for (; from != to; from++, units.back().count++) list.push_back(*from);
    }

    // Large shares first, small ones last, so that all threads end at about the same time.
    void share_rows(const Operation& op, int64_t after, int64_t& left) {
        const int64_t rows = op.shape[2], row = std::max<int64_t>(bytes_of(op) / rows, 1);
        for (int64_t start = 0; start < rows;) {
            const int64_t bytes = std::clamp(left / threads, SMALLEST, LARGEST);
            const int64_t stop = std::min(rows, start + std::max<int64_t>(bytes / row, 1));
            units.push_back({&op, 0, after, start, stop});
            left -= (stop - start) * row;
            start = stop;
        }
    }

    void share_positions(const Operation& op, int64_t after) {
        const int64_t positions = op.shape[2];
        for (int64_t start = 0; start < positions; start += PART)
            units.push_back({&op, 0, after, start, std::min(positions, start + PART)});
        room = std::max(room, found_floats(op) * ((positions + PART - 1) / PART));
    }

    static int64_t bytes_of(const Operation& op) {
        return op.shape[2] * op.shape[3] * (op.b.type == FLOAT32 ? 4 : 2);
    }

    void perform(const Unit& unit, Row& row, int64_t round) {
        const Operation& op = *unit.first;
        if (!unit.count && op.code == LINEAR) linear(op, unit.start, unit.stop, row, round);
        else if (!unit.count) attend(op, unit.start, unit.stop, parts.data() + unit.start / PART * found_floats(op));
        for (const Operation* each = unit.first; each < unit.first + unit.count; each++) {
            if (each->code == ATTEND) put_together(*each, parts.data());
            else small(*each);
        }
    }

    const int64_t threads;
    std::vector<Operation> list;
    std::vector<Unit> units;
    std::vector<float> parts;  // what an attention found in each of its parts
    int64_t room = 0;
    alignas(64) std::atomic<int64_t> posted{0};
    alignas(64) std::atomic<int64_t> claimed{0};
    alignas(64) std::atomic<int64_t> done{0};
    std::atomic<bool> is_held_up{false};
};
