/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/codec/scan.h: looks over protobuf's bytes before they
 * are decoded: the decoder of protobuf-c follows any nesting, and cuts strings
 * at a NUL.
 */
#ifndef KIT_CODEC_SCAN_H
#define KIT_CODEC_SCAN_H

#include <bsn/base.h>
#include <glib.h>
#include <protobuf-c/protobuf-c.h>

/* Messages within messages. A policy's rule takes two, a config group's too;
 * Fabric's own messages need six besides. */
#define SCAN_DEPTH_MAX 64u
/* Fields of one message and of all within it: more than a block's read-write
 * sets have. */
#define SCAN_FIELDS_MAX (1u << 20)

/* Whether the bytes are a message of that type: every field ends where it
 * should and is encoded as its type says, strings are UTF-8 without NUL (proto3
 * asks for the first), and neither depth nor number of fields is over its
 * limit. Unknown fields are let pass.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST: "ConfigGroup.version at byte 12: it is cut off".
 *          BSN_TOO_LARGE. [any] */
int32_t scan_message(const ProtobufCMessageDescriptor *type, bsn_slice bytes,
		     bsn_err *err);

/* Whether bytes are what Fabric's strings are: UTF-8, U+0000 allowed. For fields
 * that are strings to Fabric and bytes here. [any] */
gboolean scan_text(bsn_slice text);

#endif
