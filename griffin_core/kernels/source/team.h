// Threads that wait for each other within one program.

#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

// Every thread of the team has to arrive before any goes on. Threads meet every few microseconds, so they look out for
// each other for a while; but where other programs want the cores, too, the one that is missing may not be running, and
// those that wait have to make room for it.
class Meeting {
public:
    void arrive(int team) {
        const uint32_t before = round.load(std::memory_order_acquire);
        if (here.fetch_add(1, std::memory_order_acq_rel) + 1 == team) {
            here.store(0, std::memory_order_relaxed);
            round.store(before + 1, std::memory_order_release);
            round.notify_all();
            return;
        }
        for (int look = 0; look < LOOKS; look++) {
            if (round.load(std::memory_order_acquire) != before) return;
            // Where both share a core, the other cannot arrive before this one lets it run.
            if (look < ALONE) pause();
            else std::this_thread::yield();
        }
        round.wait(before, std::memory_order_acquire);
    }

private:
    static constexpr int ALONE = 500, LOOKS = 1500;

    static void pause() {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        asm volatile("yield");
#endif
    }

    alignas(64) std::atomic<int> here{0};
    alignas(64) std::atomic<uint32_t> round{0};
};
