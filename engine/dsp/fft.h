// Discrete Fourier transforms in single precision, by KissFFT.
//
// KissFFT takes its twiddle factors from exactly rounded sines and cosines (tools/third-party) and
// adds in one fixed order, so native and WebAssembly results have equal bits.
#pragma once

#include <memory>
#include <span>

namespace engine {

struct Complex {
  float re = 0;
  float im = 0;
};

/// Complex transform of a fixed size. forward() and inverse() never allocate.
class Fft {
 public:
  static constexpr int kSizeMax = 1 << 16;

  /// `size` in [2, kSizeMax], best a product of powers of 2, 3 and 5.
  explicit Fft(int size);
  ~Fft();
  Fft(const Fft&) = delete;
  Fft& operator=(const Fft&) = delete;
  Fft(Fft&& other) noexcept;
  Fft& operator=(Fft&& other) noexcept;

  int size() const { return size_; }

  /// out[k] = sum over n of in[n] * exp(-2 pi i k n / size). Both have size() elements and do not
  /// overlap.
  void forward(std::span<const Complex> in, std::span<Complex> out) const;

  /// out[n] = sum over k of in[k] * exp(+2 pi i k n / size): not divided by size, so
  /// inverse(forward(x)) = size * x.
  void inverse(std::span<const Complex> in, std::span<Complex> out) const;

 private:
  struct State;
  int size_ = 0;
  std::unique_ptr<State> state_;
};

/// Transform of real samples, about half the cost. Bins 0 ... size/2; those of 0 and size/2 are
/// real. Scaled as Fft: inverse(forward(x)) = size * x.
class RealFft {
 public:
  /// `size` even, in [4, Fft::kSizeMax], best a product of powers of 2, 3 and 5.
  explicit RealFft(int size);
  ~RealFft();
  RealFft(const RealFft&) = delete;
  RealFft& operator=(const RealFft&) = delete;
  RealFft(RealFft&& other) noexcept;
  RealFft& operator=(RealFft&& other) noexcept;

  int size() const { return size_; }
  int bins() const { return size_ / 2 + 1; }

  /// in: size() samples, out: bins() elements.
  void forward(std::span<const float> in, std::span<Complex> out);
  /// in: bins() elements, out: size() samples. The imaginary parts of the outer bins are ignored.
  void inverse(std::span<const Complex> in, std::span<float> out);

 private:
  struct State;
  int size_ = 0;
  std::unique_ptr<State> state_;
};

}  // namespace engine
