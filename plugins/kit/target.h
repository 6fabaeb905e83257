/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/target.h: proof of work in numbers: targets of 256 bits, Bitcoin's
 * compact form of them, and how much work meeting one takes.
 *
 * Compact form (Bitcoin Developer Reference, "Target nBits"): the first byte is
 * the number's length in bytes, the other three its most significant ones; bit 23
 * is a sign and must be 0. Work (Bitcoin Core, GetBlockProof): an id meets a target
 * T with probability (T + 1) / 2^256, so it takes floor(2^256 / (T + 1)) hashes.
 *
 * Nothing overflows: what does not fit 256 bits is 2^256 - 1.
 *
 * All functions: [any].
 */
#ifndef PLUGINS_KIT_TARGET_H
#define PLUGINS_KIT_TARGET_H

#include <bsn/base.h>
#include <glib.h>

#define TARGET_BYTES 32u

/* A number; eight limbs of 32 bits, the least significant first. */
typedef struct {
	guint32 limb[8];
} Target;

/* FALSE: it stands for no target: negative, zero, or above 256 bits. */
gboolean target_from_bits(guint32 bits, Target *target);
/* The largest compact one that is not above it; of zero: 0. */
guint32 target_to_bits(const Target *target);

/* Bytes are big-endian. */
void target_from_bytes(const guint8 bytes[TARGET_BYTES], Target *target);
void target_to_bytes(const Target *target, guint8 bytes[TARGET_BYTES]);

/* Below 0, 0 or above 0, as a is to b. */
gint target_compare(const Target *a, const Target *b);
/* Whether an id of 32 bytes is at most the target. */
gboolean target_is_met(const Target *target, const guint8 id[TARGET_BYTES]);

Target target_add(Target a, const Target *b);
/* a * by / over, rounded down; over is not 0. */
Target target_scale(const Target *a, guint64 by, guint64 over);
/* The work of meeting it: at least 1. */
Target target_work(const Target *target);

#endif
