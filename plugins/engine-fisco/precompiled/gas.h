/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/gas.h: what contracts of the engine cost,
 * besides each function's own price: in proportion to what the EVM asks for
 * the same work (docs/fisco.md has the table).
 */
#ifndef FISCO_PRECOMPILED_GAS_H
#define FISCO_PRECOMPILED_GAS_H

#define GAS_INPUT_BYTE 1u  /* of arguments */
#define GAS_OUTPUT_BYTE 1u /* of results */
#define GAS_READ 800u      /* a record of the world state */
#define GAS_READ_BYTE 1u
#define GAS_WRITE 5000u /* a record changed or removed */
#define GAS_WRITE_BYTE 50u
#define GAS_COMPARISON 20u /* of a row's value with another */
#define GAS_COMPARISON_BYTE 1u
#define GAS_FIELD 4u /* an entry's field looked for among a table's */
#define GAS_EVENT 375u
#define GAS_EVENT_TOPIC 375u
#define GAS_EVENT_BYTE 8u
#define GAS_OBJECT 1000u /* an object of the execution made */
#define GAS_OBJECT_ITEM 200u
#define GAS_OBJECT_BYTE 8u

/* Usual prices of functions. */
#define GAS_READS 500u  /* reads state */
#define GAS_WRITES 2000u /* changes state */
#define GAS_OBJECTS 200u /* works on objects of the execution */

#endif
