"""The only makers of files that leave: CSV now, briefings and the weekly PDF later."""
