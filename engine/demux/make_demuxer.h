// The demuxer of each container.
#pragma once

#include <memory>

#include "engine/demux/demuxer.h"

namespace engine {

/// A fresh demuxer, never null; `container` is what probe_container() answered.
std::unique_ptr<Demuxer> make_demuxer(Container container);

}  // namespace engine
