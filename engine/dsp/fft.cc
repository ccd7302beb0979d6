#include "engine/dsp/fft.h"

#include <cstddef>
#include <kissfft/kiss_fft.h>
#include <kissfft/kiss_fftr.h>
#include <type_traits>
#include <vector>

#include "engine/base/check.h"

namespace engine {
namespace {

static_assert(sizeof(Complex) == sizeof(kiss_fft_cpx));
static_assert(offsetof(Complex, im) == offsetof(kiss_fft_cpx, i));
static_assert(std::is_standard_layout_v<Complex>);

const kiss_fft_cpx* as_library(std::span<const Complex> values) {
  return static_cast<const kiss_fft_cpx*>(static_cast<const void*>(values.data()));
}
kiss_fft_cpx* as_library(std::span<Complex> values) {
  return static_cast<kiss_fft_cpx*>(static_cast<void*>(values.data()));
}

/// A transform in memory of our own: KissFFT fills it, and nothing has to be freed.
template <typename Config>
class Plan {
 public:
  using Allocate = Config (*)(int size, int inverse, void* memory, std::size_t* bytes);

  Plan(Allocate allocate, int size, bool inverse) {
    std::size_t bytes = 0;
    allocate(size, inverse ? 1 : 0, nullptr, &bytes);
    memory_.resize(bytes);
    config_ = allocate(size, inverse ? 1 : 0, memory_.data(), &bytes);
    ENGINE_CHECK(config_ != nullptr);
  }

  Config config() const { return config_; }

 private:
  std::vector<std::byte> memory_;
  Config config_ = nullptr;
};

}  // namespace

struct Fft::State {
  explicit State(int size)
      : forward(kiss_fft_alloc, size, false), inverse(kiss_fft_alloc, size, true) {}

  Plan<kiss_fft_cfg> forward;
  Plan<kiss_fft_cfg> inverse;
};

Fft::Fft(int size) : size_(size) {
  ENGINE_CHECK(size >= 2);
  ENGINE_CHECK(size <= kSizeMax);
  state_ = std::make_unique<State>(size);
}

Fft::~Fft() = default;
Fft::Fft(Fft&& other) noexcept = default;
Fft& Fft::operator=(Fft&& other) noexcept = default;

void Fft::forward(std::span<const Complex> in, std::span<Complex> out) const {
  ENGINE_CHECK(in.size() == static_cast<std::size_t>(size_));
  ENGINE_CHECK(out.size() == in.size());
  // In place KissFFT would allocate.
  ENGINE_CHECK(in.data() != out.data());
  kiss_fft(state_->forward.config(), as_library(in), as_library(out));
}

void Fft::inverse(std::span<const Complex> in, std::span<Complex> out) const {
  ENGINE_CHECK(in.size() == static_cast<std::size_t>(size_));
  ENGINE_CHECK(out.size() == in.size());
  ENGINE_CHECK(in.data() != out.data());
  kiss_fft(state_->inverse.config(), as_library(in), as_library(out));
}

struct RealFft::State {
  explicit State(int size)
      : forward(kiss_fftr_alloc, size, false), inverse(kiss_fftr_alloc, size, true) {}

  Plan<kiss_fftr_cfg> forward;
  Plan<kiss_fftr_cfg> inverse;
};

RealFft::RealFft(int size) : size_(size) {
  ENGINE_CHECK(size >= 4);
  ENGINE_CHECK(size <= Fft::kSizeMax);
  ENGINE_CHECK(size % 2 == 0);
  state_ = std::make_unique<State>(size);
}

RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&& other) noexcept = default;
RealFft& RealFft::operator=(RealFft&& other) noexcept = default;

void RealFft::forward(std::span<const float> in, std::span<Complex> out) {
  ENGINE_CHECK(in.size() == static_cast<std::size_t>(size_));
  ENGINE_CHECK(out.size() == static_cast<std::size_t>(bins()));
  kiss_fftr(state_->forward.config(), in.data(), as_library(out));
}

void RealFft::inverse(std::span<const Complex> in, std::span<float> out) {
  ENGINE_CHECK(in.size() == static_cast<std::size_t>(bins()));
  ENGINE_CHECK(out.size() == static_cast<std::size_t>(size_));
  kiss_fftri(state_->inverse.config(), as_library(in), out.data());
}

}  // namespace engine
