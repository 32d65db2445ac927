home-today = 今日
home-nothing = 今天没有待办事项
home-nothing-how = 可从上方导航进入各项工作。
home-search = 搜索
home-search-label = 姓名、拼音首字母、村居、站点名称或编号
home-search-go = 搜索
home-search-none = 没有找到
home-search-none-how = 请换一个说法，例如姓名的拼音首字母；只能搜到您权限范围内的内容。
