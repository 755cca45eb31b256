"""What people see: the form, its confirmation, the status, how to complain, and the operators' pages."""
