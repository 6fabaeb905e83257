/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/package.h: tar (POSIX.1-1988, ustar) and gzip (RFC 1952) as contract
 * packages are made of, the same bytes from the same files on every machine:
 * no times, owners, compression.
 */
#ifndef TOOLS_SIM_PACKAGE_H
#define TOOLS_SIM_PACKAGE_H

#include <glib.h>

/* Bytes of a file's name in a tar. */
#define SIM_TAR_NAME_MAX 100u

/* Appends a file; the name is not longer than that. */
void sim_tar_add(GByteArray *tar, const char *name, GBytes *data);
/* Ends the tar and gzips it; takes the array. */
GBytes *sim_tar_gzip(GByteArray *tar);

#endif
