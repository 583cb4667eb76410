#ifndef INSITU_BOARD_H
#define INSITU_BOARD_H

void uart_start(void);
void clock_start(void);
void identity_start(void);

#endif
