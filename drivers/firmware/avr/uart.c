/* USART0 at 115200 8N1, both directions by interrupt. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/wdt.h>
#include "board.h"
#include "port.h"

#define RECEIVE_SIZE 64 /* a power of two; 5.5 ms of line time */

static volatile uint8_t received[RECEIVE_SIZE];
static volatile uint8_t receive_head, receive_tail;

static uint8_t *queue;
static uint8_t queue_size, queue_head;
static volatile uint8_t queue_released, queue_tail;

ISR(USART_RX_vect) {
  const uint8_t byte = UDR0;
  const uint8_t next = (receive_head + 1) & (RECEIVE_SIZE - 1);
  if (next == receive_tail) return; /* the frame's CRC will tell */
  received[receive_head] = byte;
  receive_head = next;
}

ISR(USART_UDRE_vect) {
  uint8_t tail = queue_tail;
  UDR0 = queue[tail];
  if (++tail == queue_size) tail = 0;
  queue_tail = tail;
  if (tail == queue_released) UCSR0B &= (uint8_t)~_BV(UDRIE0);
}

void uart_start(void) {
  UCSR0A = _BV(U2X0); /* before the divider, which emulators read together with it */
  UBRR0 = 16;
  UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
  UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
}

int16_t port_receive(void) {
  const uint8_t tail = receive_tail;
  if (tail == receive_head) return -1;
  const uint8_t byte = received[tail];
  receive_tail = (tail + 1) & (RECEIVE_SIZE - 1);
  return byte;
}

void port_send_memory(uint8_t *memory, uint16_t size) {
  queue = memory;
  queue_size = (uint8_t)size;
  queue_head = 0;
  queue_released = 0;
  queue_tail = 0;
}

/* Sleeps until an interrupt; to be called with interrupts off, after a last look at what is waited for. */
static void nap(void) {
  wdt_reset();
  sleep_enable();
  sei();
  sleep_cpu();
  sleep_disable();
}

void port_breathe(uint8_t idle) {
  wdt_reset();
  if (!idle) return;
  cli();
  if (receive_head == receive_tail) nap();
  sei();
}

static void wait_for_room(uint8_t next) {
  for (;;) {
    cli();
    if (next != queue_tail) break;
    nap();
  }
  sei();
}

void port_send(uint8_t byte) {
  uint8_t next = queue_head + 1;
  if (next == queue_size) next = 0;
  if (next == queue_tail) wait_for_room(next);
  queue[queue_head] = byte;
  queue_head = next;
}

uint16_t port_send_hole(void) {
  const uint8_t place = queue_head;
  port_send(0);
  return place;
}

void port_send_fill(uint16_t place, uint8_t byte) { queue[place] = byte; }

void port_send_release(void) {
  const uint8_t status = SREG;
  cli();
  queue_released = queue_head;
  if (queue_released != queue_tail) UCSR0B |= _BV(UDRIE0);
  SREG = status;
}

void port_send_drain(void) {
  while (queue_tail != queue_released) {
    cli();
    if (queue_tail != queue_released) nap();
    sei();
  }
}
