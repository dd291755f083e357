"""The workbook: what its notebooks check answers with, and how students' copies are made."""
