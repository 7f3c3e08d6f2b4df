// Threads that help whoever runs a program.

#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "plan.h"
#include "waiting.h"

// How many helpers pay. One with a unit in hand may be interrupted where other programs want the cores, too, and then all
// wait. So after some runs in a row that were held up half as many help for a while, and for longer after each attempt
// with more that is held up as well.
class Advice {
public:
    int64_t helpers(int64_t free) const { return std::min(free, most); }

    void learn(int64_t helpers, int64_t free, bool was_held_up) {
        strikes = was_held_up ? strikes + 1 : 0;
        if (strikes >= (pause ? 1 : PATIENCE)) {
            pause = std::clamp<int64_t>(2 * pause, 2, LONGEST_PAUSE);
            left = pause;
            most = helpers / 2;
        } else if (helpers >= free) {
            if (!was_held_up) pause = 0;
        } else if (--left < 1) {
            left = pause;
            most = std::max<int64_t>(2 * helpers, 1);
        }
    }

private:
    static constexpr int64_t PATIENCE = 4, LONGEST_PAUSE = 32;  // runs

    int64_t most = INT64_MAX;
    int64_t strikes = 0;  // runs held up, one after the other
    int64_t pause = 0, left = 0;  // runs before more are tried again: in all, and still to come
};

// Nobody waits for a helper to arrive: it takes what is left to do when it comes.
class Crew {
public:
    void run(const std::shared_ptr<Program>& program, int64_t threads) {
        program->open();
        const int64_t helpers = call(program, threads - 1);
        program->work();
        const bool was_held_up = program->finish();
        const std::lock_guard held(lock);
        advice.learn(helpers, threads - 1, was_held_up);
    }

private:
    int64_t call(const std::shared_ptr<Program>& program, int64_t free) {
        int64_t helpers;
        {
            const std::lock_guard held(lock);
            wanted = helpers = advice.helpers(free);
            if (helpers < 1) return 0;
            present = program;
            while (hired < helpers && hire()) hired++;
        }
        calls.fetch_add(1, std::memory_order_release);
        calls.notify_all();
        return helpers;
    }

    bool hire() {
        try {
            std::thread([this, number = hired] { help(number); }).detach();
            return true;
        } catch (const std::system_error&) {  // no more threads are to be had
            return false;
        }
    }

    void help(int64_t number) {
        for (int64_t heard = 0;;) {
            wait_for(calls, heard + 1);
            heard = calls.load(std::memory_order_acquire);
            std::shared_ptr<Program> program;
            {
                const std::lock_guard held(lock);
                if (number < wanted) program = present;
            }
            if (program) program->work();
        }
    }

    std::mutex lock;
    std::shared_ptr<Program> present;
    Advice advice;
    int64_t wanted = 0, hired = 0;
    std::atomic<int64_t> calls{0};
};
