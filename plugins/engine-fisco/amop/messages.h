/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/amop/messages.h: the hub as the host serves it
 * (bsn.engine.messages/1).
 */
#ifndef FISCO_AMOP_MESSAGES_H
#define FISCO_AMOP_MESSAGES_H

#include <bsn/ext/messages.h>

extern const bsn_engine_messages fisco_messages;

#endif
