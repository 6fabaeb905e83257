/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/format/unknown.h: fields of decoded messages that their
 * types do not have. protobuf-c keeps and encodes them again; no id covers
 * them.
 */
#ifndef XUPER_FORMAT_UNKNOWN_H
#define XUPER_FORMAT_UNKNOWN_H

#include <glib.h>
#include <protobuf-c/protobuf-c.h>

/* Whether there is none, in the message and all within it. [any] */
gboolean all_known(const ProtobufCMessage *message);

#endif
