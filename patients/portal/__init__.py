"""What a patient sees without signing in: pages behind the links of letters."""
