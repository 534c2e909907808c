"""What the programs of this folder share: processes, a throwaway PostgreSQL, a shop with goods, the load generator."""
