"""What ``./cobranza bench`` measures, a module for each subject."""
