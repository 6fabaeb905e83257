;; SPDX-License-Identifier: Apache-2.0
(module (import "bsn" "caller" (func (result i64))) (memory (export "memory") 1) (func (export "f")))
