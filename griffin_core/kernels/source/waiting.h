// Waiting for another thread.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

inline void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// Returns once `number` has reached `target`: true if that took so long that the thread which is to change it was not
// running. Threads wait for each other every few microseconds, so one looks out for a while before it sleeps.
inline bool wait_for(const std::atomic<int64_t>& number, int64_t target) {
    using std::chrono::steady_clock;
    constexpr int LOOKS = 4000;  // some 100 microseconds
    constexpr auto LONG = std::chrono::microseconds(800);
    for (int look = 0; look < LOOKS; look++) {
        if (number.load(std::memory_order_acquire) >= target) return false;
        relax();
    }
    const auto start = steady_clock::now();
    for (;;) {
        const int64_t seen = number.load(std::memory_order_acquire);
        if (seen >= target) return steady_clock::now() - start > LONG;
        number.wait(seen, std::memory_order_acquire);
    }
}
