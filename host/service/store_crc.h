/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_crc.h: CRC-32C (Castagnoli; RFC 3720, appendix B.4), which
 * tells a record that was cut or damaged from a whole one.
 */
#ifndef HOST_SERVICE_STORE_CRC_H
#define HOST_SERVICE_STORE_CRC_H

#include <glib.h>

/* Of `len` more bytes after those that `crc` is of; 0 is that of none. */
guint32 store_crc(guint32 crc, const void *data, gsize len);
/* The same without the CPU's instructions, for tests. */
guint32 store_crc_portable(guint32 crc, const void *data, gsize len);

#endif
