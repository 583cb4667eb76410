; layer_signs of core/layer.h: 56 cycles a parameter.

#define width r9
#define inputs r8
#define from r10
#define sum r12
#define zero r13
#define bits r14
#define p1 r15
#define byl r16
#define byh r17
#define p2 r18
#define p3 r19
#define al r20
#define ah r21
#define wl r22
#define wh r23
#define count r24
#define left r25

.macro signed_byte_product high, low ; adds high * low (signed * unsigned) to p3:p2:p1
  mulsu \high, \low
  sbc p3, zero
  add p1, r0
  adc p2, r1
  adc p3, zero
.endm

.macro add_byte from_byte
  ld sum, Y
  adc sum, \from_byte
  st Y+, sum
.endm

.macro next_bits
  ld bits, X+
  lds r0, layer_flip
  eor bits, r0
.endm

.section .text.layer_signs, "ax", @progbits
.global layer_signs
.type layer_signs, @function
layer_signs: ; first r25:r24, width r22, from r21:r20, inputs r18, by r17:r16
  push r8
  push r9
  push r10
  push r11
  push r12
  push r13
  push r14
  push r15
  push r28
  push r29
  clr zero
  mov width, r22
  mov inputs, r18
  movw from, r20
  movw r30, r24 ; Z = theta + 4 * first
  lsl r30
  rol r31
  lsl r30
  rol r31
  subi r30, lo8(-(theta))
  sbci r31, hi8(-(theta))
  movw r26, r24 ; X = layer_bits + first / 8
  lsr r27
  ror r26
  lsr r27
  ror r26
  lsr r27
  ror r26
  lds r0, layer_bits
  lds r23, layer_bits + 1
  add r26, r0
  adc r27, r23
  andi r24, 7
  ldi left, 8
  sub left, r24
  next_bits
  sbrc r24, 0
  lsr bits
  sbrs r24, 1
  rjmp 1f
  lsr bits
  lsr bits
1:
  sbrc r24, 2
  swap bits ; the upper half then holds bits that are not reached before `left` runs out

next_input:
  movw r28, from
  ld al, Y+
  ld ah, Y+
  movw from, r28
  ldi r28, lo8(layer_sums)
  ldi r29, hi8(layer_sums)
  mov count, width
next:
  ldd wl, Z+2 ; the upper half of theta is the DAC count
  ldd wh, Z+3
  adiw r30, 4
  lsr bits
  brcs minus
  add wl, byl
  adc wh, byh
  brvs clip_plus
multiply:
  muls ah, wh
  movw p2, r0
  mul al, wl
  mov p1, r1
  signed_byte_product ah, wl
  signed_byte_product wh, al
  mov r0, p3
  lsl r0
  sbc r0, r0
  ld sum, Y
  add sum, p1
  st Y+, sum
  add_byte p2
  add_byte p3
  add_byte r0
  dec left
  breq more_bits
more:
  dec count
  brne next
  dec inputs
  brne next_input

  clr r1
  pop r29
  pop r28
  pop r15
  pop r14
  pop r13
  pop r12
  pop r11
  pop r10
  pop r9
  pop r8
  ret

more_bits:
  next_bits
  ldi left, 8
  rjmp more

minus:
  sub wl, byl
  sbc wh, byh
  brvc multiply
  mov r0, byh
  com r0
  rjmp clip
clip_plus:
  mov r0, byh
clip: ; to the bottom if bit 7 of r0 is set
  lds wl, layer_clipped
  lds wh, layer_clipped + 1
  subi wl, 0xFF
  sbci wh, 0xFF
  breq 1f ; stays at 65535
  sts layer_clipped, wl
  sts layer_clipped + 1, wh
1:
  ldi wl, 0xFF
  ldi wh, 0x7F
  sbrs r0, 7
  rjmp multiply
  clr wl
  ldi wh, 0x80
  rjmp multiply
