#include "memory.h"

typedef struct {
  uint16_t queue, frame, payload;
  uint8_t credits, window;
} Plan;

/* From generous to frugal; the first that leaves the parameters enough room is taken. */
static const Plan PLANS[] FLASH = MEMORY_PLANS;
#define PLAN_COUNT (sizeof PLANS / sizeof PLANS[0])

Memory memory;
int32_t theta[LIMIT_ARENA / 4];
static uint16_t parameter_bytes;

static uint32_t demand(uint8_t plan) {
  const Plan *p = &PLANS[plan];
  return FLASH_WORD(&p->queue) + (uint32_t)FLASH_WORD(&p->frame) * FLASH_BYTE(&p->credits) + FLASH_BYTE(&p->window) * 4u;
}

static uint8_t choose(uint16_t params) {
  uint8_t plan = 0;
  while (plan < PLAN_COUNT && (uint32_t)params * 4 + demand(plan) > LIMIT_ARENA) plan++;
  return plan;
}

uint8_t memory_fits(uint16_t params) { return params <= LIMIT_ARENA / 4 && choose(params) < PLAN_COUNT; }

void memory_divide(uint16_t params) {
  const Plan *p = &PLANS[choose(params)];
  const uint16_t queue = FLASH_WORD(&p->queue);
  port_send_drain();
  memory.frame = FLASH_WORD(&p->frame);
  memory.payload = FLASH_WORD(&p->payload);
  memory.credits = FLASH_BYTE(&p->credits);
  memory.window = FLASH_BYTE(&p->window);
  parameter_bytes = (uint16_t)(params * 4);
  memory.scratch = (uint16_t)(LIMIT_ARENA - parameter_bytes - queue - memory.frame * memory.credits);
  memory.scratch &= (uint16_t)~3u;
  port_send_memory((uint8_t *)theta + (LIMIT_ARENA - queue), queue);
}

uint8_t *memory_frame(uint8_t slot) { return memory_scratch() + memory.scratch + memory.frame * slot; }

uint8_t *memory_scratch(void) { return (uint8_t *)theta + parameter_bytes; }
