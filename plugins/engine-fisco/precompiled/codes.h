/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/codes.h: what FISCO BCOS 2.x's precompiled
 * contracts return when they do not do what was asked: int256 below 0, as its
 * SDKs know them.
 */
#ifndef FISCO_PRECOMPILED_CODES_H
#define FISCO_PRECOMPILED_CODES_H

enum {
	PRECOMPILED_DENIED = -50000,
	PRECOMPILED_TABLE_EXISTS = -50001,
	PRECOMPILED_TABLE_NAME = -50002,   /* too long, or empty */
	PRECOMPILED_FIELD_NAME = -50003,   /* too long, or empty */
	PRECOMPILED_FIELD_NAMES = -50004,  /* too long together */
	PRECOMPILED_KEY_LENGTH = -50005,
	PRECOMPILED_VALUE_LENGTH = -50006,
	PRECOMPILED_FIELD_TWICE = -50007,
	PRECOMPILED_NO_FIELD = -50008,     /* or one that nobody may set */
	PRECOMPILED_NO_TABLE = -50100,
	PRECOMPILED_NODE_ID = -51100,
	PRECOMPILED_LAST_SEALER = -51101,
	PRECOMPILED_NODE_ABSENT = -51103,
	PRECOMPILED_IS_SEALER = -51104,
	PRECOMPILED_IS_OBSERVER = -51105,
	PRECOMPILED_CONSENSUS = -51106, /* ours: it cannot run with these */
	PRECOMPILED_NODE_TURN = -51107, /* ours: one change in a block */
	PRECOMPILED_NODE_TEXT = -51108, /* ours: its name or address */
	PRECOMPILED_NODE_ROLE = -51109, /* ours: there is no such role */
	PRECOMPILED_CONFIG = -51300,
	PRECOMPILED_USER_NAME = -51400, /* DagTransfer: it is empty */
	PRECOMPILED_AMOUNT = -51401,    /* it is 0 */
	PRECOMPILED_NO_USER = -51402,
	PRECOMPILED_USER_EXISTS = -51403,
	PRECOMPILED_INSUFFICIENT = -51404,
	PRECOMPILED_OVERFLOW = -51405,
	PRECOMPILED_ENTRY = -51500,
	PRECOMPILED_CONDITION = -51501,
	PRECOMPILED_OPERATION = -51502, /* of a condition */
};

#endif
