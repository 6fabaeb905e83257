/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/compile-result.h: what the Solidity compiler's Standard
 * JSON says, in the words of compile_run's answer.
 */
#ifndef FISCO_COMPILE_RESULT_H
#define FISCO_COMPILE_RESULT_H

#include <bsn/base.h>
#include <jansson.h>

/* Reads a compiler's output, which comes from outside.
 *
 * Returns: a new object; NULL with a reason when the output is none of a
 *          compiler's.
 * In:      output, which may begin with other lines; files: the sources' texts
 *          by name, for line numbers. [any] */
json_t *compile_result(bsn_slice output, const json_t *files, bsn_err *err);

#endif
