/* table: both clients print the same tables; a program's objects come from its own folder, so the
 * one source is compiled here, too. */
#include "admin/table.c"
