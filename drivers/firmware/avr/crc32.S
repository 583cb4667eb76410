; crc32_add of core/crc32.h with the tables of core/crc32.c: 49 cycles.

.section .text.crc32_add, "ax", @progbits
.global crc32_add
.type crc32_add, @function
crc32_add: ; crc r25:r24:r23:r22, byte r20
  eor r20, r22
  mov r22, r23
  mov r23, r24
  mov r24, r25
  clr r25
  mov r30, r20
  andi r30, 0x0F
  lsl r30
  lsl r30
  clr r31
  subi r30, lo8(-(crc32_low))
  sbci r31, hi8(-(crc32_low))
  rcall 1f
  mov r30, r20
  andi r30, 0xF0
  lsr r30
  lsr r30
  clr r31
  subi r30, lo8(-(crc32_high))
  sbci r31, hi8(-(crc32_high))
1:
  lpm r0, Z+
  eor r22, r0
  lpm r0, Z+
  eor r23, r0
  lpm r0, Z+
  eor r24, r0
  lpm r0, Z
  eor r25, r0
  ret
