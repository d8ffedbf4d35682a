/* doctor: is the centre well? */
#ifndef VEKHA_ADMIN_DOCTOR_H
#define VEKHA_ADMIN_DOCTOR_H

#include "admin/ctl.h"

/* Asks all that can be asked of database and machine, and says what was found; the exit code. */
int doctor_examine(struct ctl *ctl);

#endif
