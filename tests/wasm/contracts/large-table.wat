;; SPDX-License-Identifier: Apache-2.0
(module (memory (export "memory") 1) (table 65537 funcref) (func (export "f")))
