#include "bytes.h"
#include "chip.h"
#include "code.h"
#include "delta.h"
#include "jobs.h"
#include "memory.h"
#include "network.h"
#include "port.h"
#include "layer.h"
#include "schedule.h"
#include "store.h"
#include "update.h"

#define PEAK 0x40000000L /* bound of C - C0 */

static struct {
  const uint8_t *gain, *row; /* row: drive, then target */
  uint16_t hold, every, rows;
  Schedule schedule, window; /* now, and where the open window began */
  uint16_t steps;            /* in the open window */
  int32_t *differences;      /* C - C0 of its steps */
  int16_t baseline[LIMIT_WIDTH];
  uint32_t baseline_cost;
  uint8_t stale;             /* the baseline has to be measured again */
} job;

static const uint8_t *target(void) { return job.row + 2 * chip.width[0]; }

static uint32_t square(int16_t reading, int16_t wanted) {
  const int32_t d = (int32_t)reading - wanted;
  const uint32_t size = (uint32_t)(d < 0 ? -d : d);
  return size * size;
}

static uint8_t read(const Frame *frame) {
  const uint8_t *at = frame_payload(frame);
  const uint16_t gain = (uint16_t)(4 + SCHEDULE_BYTES + 2 * chip.banks);
  const uint16_t tail = (uint16_t)(gain + 3 * chip.banks);
  uint32_t wanted = tail + 6u;
  if (frame->length >= wanted)
    wanted += (uint32_t)get16(at + tail + 4) * 2 * (uint16_t)(chip.width[0] + chip.width[chip.layers - 1]);
  if (frame->length != wanted) return refuse(frame, REFUSE_LENGTH, wanted), 0;
  job.gain = at + gain;
  job.hold = get16(at + tail);
  job.every = get16(at + tail + 2);
  job.rows = get16(at + tail + 4);
  job.row = at + tail + 6;
  const uint32_t steps = (uint32_t)job.rows * job.hold;
  const uint8_t wrong = schedule_read(&job.schedule, at + 4);
  if (wrong) return refuse(frame, REFUSE_VALUE, 3u + wrong), 0;
  if (steps == 0) return refuse(frame, REFUSE_VALUE, job.hold ? tail + 4u : tail), 0;
  if (job.every == 0 || steps % job.every) return refuse(frame, REFUSE_VALUE, tail + 2u), 0;
  if (job.every > memory.window) return refuse(frame, REFUSE_TOO_BIG, memory.window), 0;
  if (job.rows > LIMIT_LEARN_ROWS) return refuse(frame, REFUSE_TOO_BIG, LIMIT_LEARN_ROWS), 0;
  if (!schedule_reaches(&job.schedule, steps)) return refuse(frame, REFUSE_LIMIT, steps), 0;
  for (uint8_t b = 0; b < chip.banks; b++) {
    const int8_t exponent = (int8_t)job.gain[3 * b + 2];
    if (exponent < -16 || exponent > 31) return refuse(frame, REFUSE_VALUE, gain + 3u * b + 2u), 0;
    delta.amplitude[b] = (int16_t)get16(at + 4 + SCHEDULE_BYTES + 2 * b);
  }
  return 1;
}

static void measure_baseline(void) {
  const uint8_t width = chip.width[chip.layers - 1], kind = delta.kind;
  delta.kind = DELTA_NONE;
  const int16_t *reading = network_forward(job.row);
  delta.kind = kind;
  job.baseline_cost = 0;
  for (uint8_t o = 0; o < width; o++) {
    job.baseline[o] = reading[o];
    const uint32_t sum = job.baseline_cost + (square(reading[o], (int16_t)get16(target() + 2 * o)) >> 4);
    job.baseline_cost = sum < job.baseline_cost ? 0xFFFFFFFFUL : sum;
  }
  job.stale = 0;
}

/* C - C0 of the present slot, in counts squared. */
static int32_t measure_difference(void) {
  const uint8_t width = chip.width[chip.layers - 1];
  const int16_t *reading = network_forward(job.row);
  int32_t sum = 0;
  for (uint8_t o = 0; o < width; o++) {
    const int16_t wanted = (int16_t)get16(target() + 2 * o);
    const uint32_t now = square(reading[o], wanted), before = square(job.baseline[o], wanted);
    if (now >= before) {
      const uint32_t room = (uint32_t)(PEAK - sum);
      sum = now - before >= room ? PEAK : sum + (int32_t)(now - before);
    } else {
      const uint32_t room = (uint32_t)(sum + PEAK);
      sum = before - now >= room ? -PEAK : sum - (int32_t)(before - now);
    }
  }
  return sum;
}

/* theta -= sum over the window of code times gain times (C - C0), the codes generated once more. */
static void update(void) {
  for (uint16_t step = 0; step < job.steps; step++) {
    int32_t increment[LIMIT_BANKS];
    for (uint8_t b = 0; b < chip.banks; b++) {
      const uint8_t *gain = job.gain + 3 * b;
      if (b > 0 && memcmp(gain, gain - 3, 3) == 0) {
        increment[b] = increment[b - 1]; /* banks of one gain are the usual case, and the product is slow */
        continue;
      }
      const int32_t by = update_scale(job.differences[step], (int16_t)get16(gain), (int8_t)gain[2]);
      increment[b] = job.window.negative ? by : -by;
    }
    code_at(job.window.index);
    update_add(delta.kind, increment);
    schedule_next(&job.window);
    port_breathe(0);
  }
  job.steps = 0;
  job.stale = 1;
  chip_changed();
}

static void step(void) {
  if (job.stale) measure_baseline();
  schedule_use(&job.schedule);
  job.differences[job.steps++] = measure_difference();
  schedule_next(&job.schedule);
  if (job.steps == job.every) update();
}

void job_learn(const Frame *frame) {
  if (!read(frame)) return;
  const uint16_t window = (uint16_t)(4 * memory.window);
  job.differences = (int32_t *)(void *)(memory_scratch() + memory.scratch - window);
  job.steps = 0;
  job.window = job.schedule;
  code_open(job.schedule.family, job.schedule.seed, chip_params(), window);
  layer_bits = code_row; /* the baseline comes before the first code */
  delta.kind = schedule_delta_kind(&job.schedule);
  layer_clipped = 0;
  update_clipped = 0;
  machine.state = STATE_RUNNING;
  store_begin(frame);
  uint8_t *const head = store_skip(14);
  put32(head + 2, port_micros());
  for (uint16_t r = 0; r < job.rows; r++) {
    uint64_t cost = 0;
    job.stale = 1;
    for (uint16_t t = 0; t < job.hold; t++) {
      step();
      cost += job.baseline_cost;
      if (!machine_goes_on()) {
        store_forget();
        refuse(frame, REFUSE_ABORTED, r);
        return;
      }
    }
    store32((uint32_t)(cost / job.hold));
    job.row += 2 * (chip.width[0] + chip.width[chip.layers - 1]);
  }
  machine.state = STATE_ARMED;
  const uint32_t clipped = (uint32_t)layer_clipped + update_clipped;
  head[0] = clipped > 0xFFFF ? 0xFF : (uint8_t)clipped;
  head[1] = clipped > 0xFFFF ? 0xFF : (uint8_t)(clipped >> 8);
  put32(head + 6, port_micros());
  put32(head + 10, chip_crc());
  store_send();
}
