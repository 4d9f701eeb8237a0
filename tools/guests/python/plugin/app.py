"""The log filter, for componentize-py."""
import wit_world


class WitWorld(wit_world.WitWorld):
    def filter_log(self, line: str) -> bool:
        return "ERROR" in line or "WARN" in line
