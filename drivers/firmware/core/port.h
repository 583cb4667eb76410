/* What a port gives the core. All multi-byte numbers on the wire are little-endian, and so must the target be. */
#ifndef INSITU_PORT_H
#define INSITU_PORT_H

#include <stdint.h>
#include "port_limits.h" /* limits, names and flash access of this port */

/* One received byte, or -1 if none is waiting. Never blocks. */
int16_t port_receive(void);

/* Output is a queue with a part that is not yet released: COBS fills in its length bytes late. */
void port_send(uint8_t byte);             /* appends; waits for room */
uint16_t port_send_hole(void);            /* appends a byte to be filled in later and returns its place */
void port_send_fill(uint16_t place, uint8_t byte);
void port_send_release(void);             /* everything appended so far may leave */
void port_send_memory(uint8_t *memory, uint16_t size); /* where the queue lives; called while it is empty */
void port_send_drain(void);               /* waits until everything released has left the queue */

uint32_t port_millis(void);
uint32_t port_micros(void);

/* Called often while the core works, and with `idle` set when it has nothing to do. Feeds the hardware watchdog. */
void port_breathe(uint8_t idle);

uint32_t port_boots(void);                /* counts resets */
uint8_t port_reset_reason(void);          /* 0 unknown, 1 power, 2 external, 3 brown-out, 4 watchdog */
uint8_t port_uid(uint8_t index);          /* eight bytes that name this board */

#endif
